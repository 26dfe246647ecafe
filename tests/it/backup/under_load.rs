//! Twenty backups of a process that serves, while partners write. They rest while each is looked through, or the record
//! would grow by what nobody backs up.

use super::*;

/// Backups.
const BACKUPS: usize = 20;
/// Partners that write at once.
const WRITERS: usize = 4;

async fn connected(running: &Running, folder: &Path, agency: &str) -> Participant {
    let client = Client::from_folder(running.api, &Folder(folder.join("certs")), agency).await.unwrap();
    Participant { client, agency: agency.to_owned() }
}

/// What a restored store says when it is served.
async fn served(data: &Path, certs: &Folder, incident: &str) -> Vec<v1::Entry> {
    let mut config = Config {
        data: data.to_owned(),
        listen: Listen { api: any_port(), people: None, probes: any_port() },
        agencies: development_agencies(),
        rule_sets: home::shipped(&[]),
        ..Config::default()
    };
    config.use_development_certificates(certs);
    config.personal_data.key_file = Some(certs.0.join("people.keys"));
    let serving = Serving::start(&config, Arc::new(System), Arc::new(String::new)).await.unwrap();
    let client = Client::from_folder(serving.api(), certs, ICB).await.unwrap();
    let entries = home::all_entries(&client, incident).await;
    serving.stop().await.unwrap();
    entries
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_backups_of_a_server_at_work_are_each_restored_verified_and_served() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    let running = serve(folder, "warn");
    let (council, icb) = (connected(&running, folder, COUNCIL).await, connected(&running, folder, ICB).await);
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let acknowledged = Arc::new(AtomicU64::new(council.seats(&icb, &incident).await));
    let (at_work, rests) = tokio::sync::watch::channel(true);
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (by, incident) = (if writer % 2 == 0 { council.clone() } else { icb.clone() }, incident.clone());
        let (mut at_work, acknowledged) = (rests.clone(), Arc::clone(&acknowledged));
        writers.spawn(async move {
            for number in 0_u64.. {
                if at_work.wait_for(|at_work| *at_work).await.is_err() {
                    return;
                }
                let seq = by.notes(&incident, &format!("{writer}/{number} {}", "n".repeat(200))).await;
                acknowledged.fetch_max(seq, Ordering::SeqCst);
            }
        });
    }
    let shelf = folder.join("backups");
    std::fs::create_dir(&shelf).unwrap();
    let (mut least, mut most, mut missing, mut bytes) = (u64::MAX, 0, 0_u64, 0);
    for number in 0..BACKUPS {
        let to = shelf.join(format!("{number}.db"));
        at_work.send_replace(true);
        let before = acknowledged.load(Ordering::SeqCst);
        let typed = muster(&["backup", "--data", path(&folder.join("muster.db")), "--to", path(&to)]);
        let told = told(typed).await;
        let after = acknowledged.load(Ordering::SeqCst);
        at_work.send_replace(false);
        let digest = told.lines().find_map(|line| line.trim().strip_prefix("sha256:")).unwrap().to_owned();
        // As a person does it, with the digest that was printed: verified, served, and put in place.
        self::told(muster(&["restore", path(&to), "--drill", "--digest", &digest])).await;
        let restored = folder.join(format!("restored-{number}.db"));
        self::told(muster(&["restore", path(&to), "--to", path(&restored), "--digest", &digest])).await;
        assert_eq!(verifying::file(&restored, &Against::default()).unwrap().findings, []);
        let entries = served(&restored, &Folder(folder.join("certs")), &incident).await;
        let has = u64::try_from(entries.len()).unwrap();
        assert!(has >= before, "backup {number} has {has} entries, and {before} were acknowledged before it was begun");
        missing += u64::from(after > has);
        (least, most) = (least.min(has), most.max(has));
        bytes = to.metadata().unwrap().len();
        let live = home::all_entries(&council.client, &incident).await;
        assert_eq!(entries, live[..entries.len()], "backup {number} is a beginning of the record");
    }
    drop(at_work);
    writers.join_all().await;
    let all = council.reads(&incident).await.len();
    running.end();
    assert_eq!(verifying::file(&folder.join("muster.db"), &Against::default()).unwrap().findings, []);
    writeln!(
        std::io::stderr(),
        "{BACKUPS} backups of a server with {WRITERS} writers: {least} to {most} entries each of {all} at the end, the \
         last of {bytes} bytes; {missing} times more was acknowledged meanwhile; every one verified, restored and served"
    )
    .unwrap();
    assert!(most > least, "the server was at work");
}

async fn told(mut typed: Command) -> String {
    let output = tokio::task::spawn_blocking(move || typed.output().unwrap()).await.unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{out}{err}");
    out
}
