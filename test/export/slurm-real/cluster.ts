/** A Slurm of one node in a folder of its own: no munge, no cgroups, no accounting, nothing outside that folder. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Cluster {
  env: NodeJS.ProcessEnv
  /** Ends the node's daemon as a power cut would. */
  killNode(): Promise<void>
  stop(): Promise<void>
}

/** What Debian's packages slurmctld, slurmd and slurm-client bring. */
const programs = ['slurmctld', 'slurmd', 'sbatch', 'squeue', 'sinfo', 'scontrol', 'scancel']

export const missingPrograms = (): string[] =>
  programs.filter((one) => spawnSync('sh', ['-c', `command -v ${one}`], { env: withSbin() }).status !== 0)

/** Daemons stand in sbin, which not everybody has in the PATH; and the nodes need the Node that runs this. */
const withSbin = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}:/usr/sbin:/sbin`
})

/** Source: slurm.conf(5). */
const configuration = (folder: string, [controller, node]: readonly number[], licences: string): string => `\
ClusterName=rehearsal
SlurmctldHost=localhost
SlurmctldPort=${controller}
SlurmdPort=${node}
AuthType=auth/none
CredType=cred/none
SlurmUser=${userInfo().username}
SlurmdUser=${userInfo().username}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
SlurmdTimeout=10
KillWait=5
JobRequeue=1
AuthInfo=cred_expire=5
Licenses=${licences}
SlurmdParameters=config_overrides
NodeName=localhost CPUs=40 RealMemory=2048 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE
`

/** Starts it and waits until its node takes jobs. Errors: it does not within 30 s. */
export async function startCluster(folder: string, licences: string): Promise<Cluster> {
  for (const one of ['state', 'spool']) mkdirSync(join(folder, one))
  const file = join(folder, 'slurm.conf')
  writeFileSync(file, configuration(folder, await freePorts(), licences))
  const env = { ...withSbin(), SLURM_CONF: file }
  const out = openSync(join(folder, 'daemons.log'), 'a')
  const start = (program: string, ...args: string[]) =>
    spawn(program, args, { env, cwd: folder, stdio: ['ignore', out, out], detached: true })
  const node = start('slurmd', '-D', '-N', 'localhost')
  const daemons = [start('slurmctld', '-D'), node]
  const killNode = async () => {
    const exit = once(node, 'exit')
    node.kill('SIGKILL')
    await exit
  }
  const stop = async () => {
    spawnSync('scancel', ['--me'], { env, timeout: 5000 })
    await until('the last job to end', () => queued(env).length === 0, 10_000).catch(console.error)
    for (const daemon of daemons.reverse()) await ended(daemon)
  }
  try {
    await until('the node to take jobs', () => output(env, 'sinfo', '-h', '-o', '%t').trim() === 'idle', 30_000)
  } catch (error) {
    await stop()
    throw error
  }
  return { env, killNode, stop }
}

async function freePorts(): Promise<number[]> {
  const servers = await Promise.all(
    [0, 0].map(async (port) => {
      const server = createServer().listen(port, '127.0.0.1')
      await once(server, 'listening')
      return server
    })
  )
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  for (const server of servers) server.close()
  return ports
}

async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return
  const exit = once(daemon, 'exit')
  daemon.kill('SIGTERM')
  await exit
}

export function output(env: NodeJS.ProcessEnv, program: string, ...args: string[]): string {
  return spawnSync(program, args, { env, encoding: 'utf8', timeout: 30_000 }).stdout ?? ''
}

/** Numbers of the jobs that wait or run. Errors: squeue could not say. */
export function queued(env: NodeJS.ProcessEnv): string[] {
  const { status, stdout, stderr } = spawnSync('squeue', ['-h', '-o', '%i'], { env, encoding: 'utf8', timeout: 30_000 })
  if (status !== 0) throw new Error(`squeue: ${stderr}`)
  return stdout.split('\n').filter(Boolean)
}

export async function until(what: string, holds: () => boolean, ms: number): Promise<void> {
  for (const end = Date.now() + ms; !holds(); await sleep(100))
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s for ${what}`)
}
