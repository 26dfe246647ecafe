//! What services there are.

use std::collections::BTreeSet;

use muster_record::situation::ServiceKind;

use crate::ids::{AuthorityCode, BrandCode, ProviderCode, ServiceCode};
use crate::register::Register;
use crate::row::Service;

/// Which services are wanted: all of what is set has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Those of this authority, under its older codes too.
    pub authority: Option<AuthorityCode>,
    /// Those of this brand.
    pub brand: Option<BrandCode>,
    /// Those of this provider.
    pub provider: Option<ProviderCode>,
    /// Those that provide this.
    pub kind: Option<ServiceKind>,
    /// Those whose code, name, postcode or provider's name has this in it.
    pub text: String,
}

impl Register {
    /// The services that a filter lets through, behind `after`, in order of code.
    pub fn find<'a>(
        &'a self,
        filter: &'a Filter,
        after: Option<&'a ServiceCode>,
    ) -> impl Iterator<Item = &'a Service> + 'a {
        let Filter { authority, brand, provider, kind, text } = filter;
        let codes: Option<BTreeSet<AuthorityCode>> = authority.as_ref().map(|code| self.codes_of(code));
        let text = text.trim().to_lowercase();
        let behind = self.services().filter(move |service| after.is_none_or(|after| service.code > *after));
        behind.filter(move |service| {
            let of_authority = codes
                .as_ref()
                .is_none_or(|codes| service.authority.as_ref().is_some_and(|authority| codes.contains(authority)));
            of_authority
                && brand.as_ref().is_none_or(|brand| self.brand_of(service) == Some(brand))
                && provider.as_ref().is_none_or(|provider| service.provider == *provider)
                && kind.is_none_or(|kind| service.kinds.contains(&kind))
                && (text.is_empty() || self.says(service, &text))
        })
    }

    fn says(&self, service: &Service, text: &str) -> bool {
        let provider = self.provider(&service.provider).map(|provider| provider.name.as_str());
        let places = [Some(service.code.as_str()), Some(&service.name), service.postcode.as_deref(), provider];
        places.into_iter().flatten().any(|place| place.to_lowercase().contains(text))
    }
}
