#!/usr/bin/env bash
# A sweep as an array of a real Slurm on this machine: submitted, one element stopped and requeued, merged. Slurm and munge run from
# a folder of their own and are stopped at the end.
# usage: slurm.sh STEPWATT
source "$(dirname "$0")/common.sh"
for tool in slurmctld slurmd sbatch munged; do
    if ! PATH=$PATH:/usr/sbin command -v $tool >/dev/null; then skip "$tool is not installed (slurmctld, slurmd, slurm-client, munge)"; fi
done
if ((EUID != 0)); then skip "starting Slurm needs root"; fi
PATH=$PATH:/usr/sbin
host=$(hostname -s)
if ! getent hosts "$host" >/dev/null; then skip "this machine's name, $host, does not resolve"; fi
if ! grep -q ' /sys/fs/cgroup' /proc/mounts; then skip "Slurm needs cgroups, which are not mounted here"; fi

slurm=$work/slurm
mkdir -p "$slurm"/{state,spool,log,socket,munge}
chmod 755 "$work" "$slurm" "$slurm/socket"
chmod 700 "$slurm/munge"
port=$((20000 + $$ % 20000))
stop() {
    local name
    for name in slurmd slurmctld munged; do
        if [[ -s $slurm/$name.pid ]]; then
            kill "$(cat "$slurm/$name.pid")" 2>/dev/null || true
        fi
    done
    sleep 1
    rm -rf "$work"
}
trap stop EXIT
head -c 1024 /dev/urandom >"$slurm/munge/key"
chmod 600 "$slurm/munge/key"
munged --key-file="$slurm/munge/key" --socket="$slurm/socket/munge" --pid-file="$slurm/munged.pid" \
    --log-file="$slurm/munge/log" --seed-file="$slurm/munge/seed" --num-threads=1
cat >"$slurm/slurm.conf" <<TEXT
ClusterName=stepwatt
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$slurm/socket/munge
CredType=cred/munge
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
SlurmctldLogFile=$slurm/log/slurmctld
SlurmdLogFile=$slurm/log/slurmd
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=1,bf_interval=2,sched_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
JobRequeue=1
KillWait=5
MinJobAge=600
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2 Boards=1 SocketsPerBoard=1 CoresPerSocket=2 ThreadsPerCore=1 State=UNKNOWN
PartitionName=main Nodes=n1 Default=YES MaxTime=60 State=UP
TEXT
export SLURM_CONF=$slurm/slurm.conf
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF" -N n1 || fail "slurmd: $(tail -n 5 "$slurm/log/slurmd")"
for _ in $(seq 100); do
    [[ $(sinfo -h -N -o %T 2>/dev/null) == idle ]] && break
    sleep 0.1
done
[[ $(sinfo -h -N -o %T) == idle ]] || fail "Slurm does not start: $(tail -n 5 "$slurm/log/slurmctld")"

write_sweep 40
"$stepwatt" sweep s.ini -o whole.h5 >/dev/null
"$stepwatt" sweep s.ini -o array.h5 --slurm --elements 2 >/dev/null
bash array.h5.sbatch >submitted.txt
cat submitted.txt
array=$(sed -E 's/array ([0-9]+), merge ([0-9]+)/\1/' submitted.txt)
merge=$(sed -E 's/array ([0-9]+), merge ([0-9]+)/\2/' submitted.txt)

# Element 0 is told to stop, as by the time limit, once it has finished some tasks; it keeps them and asks for another turn.
for _ in $(seq 300); do
    [[ -e array.0-of-2.h5.journal && $(stat -c %s array.0-of-2.h5.journal) -gt 8000 ]] && break
    sleep 0.05
done
[[ -e array.0-of-2.h5.journal ]] || fail "element 0 did not start: $(squeue)"
scancel --signal=TERM --batch "${array}_0"
for _ in $(seq 300); do
    [[ $(scontrol show job "${array}_0" 2>/dev/null) == *Restarts=1* ]] && break
    sleep 0.1
done
[[ $(scontrol show job "${array}_0") == *Restarts=1* ]] || fail "element 0 was not requeued: $(cat stepwatt-sweep.*_0.log)"
[[ -e array.h5 ]] && fail "the merge did not wait"
sleep 2 # slurmd refuses a job within the second in which it has killed it
for _ in $(seq 900); do
    scontrol update "jobid=${array}_0" StartTime=now 2>/dev/null || true # a requeued job waits two minutes otherwise
    [[ $(scontrol show job "$merge" 2>/dev/null) =~ JobState=(COMPLETED|FAILED|CANCELLED) ]] && break
    sleep 0.2
done
[[ -e array.h5 ]] || fail "no result: $(squeue) $(cat ./*.log)"
grep -q 'interrupted; ' stepwatt-sweep.*_0.log || fail "element 0 was not interrupted: $(cat stepwatt-sweep.*_0.log)"
grep -q ', 0 found done' stepwatt-sweep.*_0.log && fail "element 0 began anew: $(cat stepwatt-sweep.*_0.log)"
same whole.h5 array.h5
echo "the same results from a Slurm array of 2, one stopped, requeued and resumed, merged by a dependent job"
