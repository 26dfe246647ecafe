//! The thread that drives the connections, and the way to it from any other.

use std::future::Future;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Handle, RuntimeFlavor};
use tokio::sync::oneshot;
use tokio::task::block_in_place;

/// A thread with a runtime of its own. It ends when this is dropped, with whatever was under way.
#[derive(Debug)]
pub(crate) struct Driver {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The driver's thread is gone, and nothing more can be asked of it.
#[derive(Debug)]
pub(crate) struct Gone;

impl Driver {
    /// Starts the thread.
    pub(crate) fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let drive = move || {
            // It ends when it is told to, or when nobody is left who could.
            drop(runtime.block_on(stopped));
            // Whatever a name server keeps waiting is not waited for.
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("muster-postgres".to_owned()).spawn(drive)?;
        Ok(Self { handle, stop: Some(stop), thread: Some(thread) })
    }

    /// Does something on the driver's thread, and waits for it here. The caller's thread is blocked, and may belong to a
    /// runtime, which goes on with others meanwhile.
    pub(crate) fn ask<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, Gone> {
        let (tell, told) = mpsc::sync_channel(1);
        self.begin(async move {
            // Whoever asked waits for it, and is there.
            drop(tell.send(work.await));
        });
        // A database that does not answer is not to take the threads of a runtime from those who need nothing of it.
        let of_runtime = Handle::try_current().is_ok_and(|here| here.runtime_flavor() == RuntimeFlavor::MultiThread);
        let answer = if of_runtime { block_in_place(|| told.recv()) } else { told.recv() };
        answer.map_err(|_| Gone)
    }

    /// Begins something on the driver's thread, which goes on until it ends or the driver does.
    pub(crate) fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.handle.spawn(work));
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A thread that has ended already need not be told.
            let _has_ended = stop.send(());
        }
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the thread that drives the database connections has panicked");
        }
    }
}
