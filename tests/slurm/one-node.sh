#!/usr/bin/env bash
# A Slurm cluster of this machine alone, on the loopback interface: one-node.sh FOLDER, as root, without systemd. It prints "ready" when jobs
# can be submitted with SLURM_CONF=FOLDER/slurm.conf, and stops with every job of it when its standard input ends or it is signalled.
set -u
folder=$1
export SLURM_CONF=$folder/slurm.conf
port=$((10000 + $$ % 10000 * 2)) # several may run at a time
daemons=()

stop() {
  trap '' EXIT HUP INT TERM
  if [ ${#daemons[@]} -gt 1 ]; then
    scancel --user=root
    for _ in {1..600}; do
      [ -z "$(squeue --noheader)" ] && break
      sleep 0.1
    done
  fi
  for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do # munged last: the others speak through it
    kill -TERM "${daemons[i]}"
    wait "${daemons[i]}"
  done
} 2> /dev/null
trap stop EXIT
trap 'exit 1' HUP INT TERM

# Waits for a command to succeed: it takes a second or two, on a busy machine more.
until_done() {
  for _ in {1..600}; do
    "$@" > /dev/null 2>&1 && return
    sleep 0.1
  done
  echo "not done within a minute: $*" >&2
  tail -n 20 "$folder"/*.log >&2
  exit 1
}

mkdir -p "$folder"/{state,spool}
head -c 1024 /dev/urandom > "$folder/munge.key"
chmod 600 "$folder/munge.key"
# config_overrides: four tasks run side by side however few processors there are.
cat > "$folder/slurm.conf" << END
ClusterName=test
SlurmctldHost=${HOSTNAME%%.*}(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
ReturnToService=2
JobRequeue=0
MinJobAge=3600
KillWait=60
NodeName=localhost NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=test Nodes=localhost Default=YES MaxTime=INFINITE State=UP
END

# In sessions of their own: a signal to all of the caller's group does not end them before their jobs.
setsid munged --foreground --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munge.pid" \
  --seed-file="$folder/munge.seed" --log-file="$folder/munge.log" > "$folder/munged.log" 2>&1 &
daemons+=($!)
until_done test -S "$folder/munge.socket"
setsid slurmctld -D -i > "$folder/slurmctld.out" 2>&1 &
daemons+=($!)
setsid slurmd -D -N localhost > "$folder/slurmd.out" 2>&1 &
daemons+=($!)
until_done sh -c 'sinfo --noheader --format=%T | grep -qx idle'
echo ready
while read -r _; do :; done
