import { describe, expect, test } from 'vitest'
import { placeOf, placesOf, type Place } from '../../src-main/core/rehearse/places.ts'
import { facts, profileOf } from '../helpers/evidence.ts'

const shown = (own: Partial<typeof facts>, share: string[] | null, assets: string[] = []) =>
  placesOf({ ...facts, ...own }, profileOf(share, { assets }))

describe('without a profile', () => {
  const places = shown({ mounts: ['/data', '/usr/local', '/tmp/big', '/home/me/nas'] }, null)

  test('all but home, temporary and system folders is shared, mounted disks as well', () => {
    const shares = places.roots.filter(({ kind }) => kind === 'share').map(({ path }) => path)
    expect(shares).toEqual(['/mnt', '/work', '/data', '/home/me/nas'])
  })

  test.each<[string, Place]>([
    ['/mnt/show/x', 'share'],
    ['/work', 'share'],
    ['/home/me/x', 'home'],
    ['/home/other/x', 'home'],
    ['/root/x', 'home'],
    ['/home/me/nas/x', 'share'],
    ['/tmp/x', 'temporary'],
    ['/var/tmp/x', 'temporary'],
    ['/var/lib/x', 'system'],
    ['/usr/bin/x', 'system'],
    ['/opt/python/bin/python3', 'system'],
    ['/opt/other', 'outside'],
    ['/home/me/.local/share/backlot/x', 'outside']
  ])('%s is %s', (path, expected) => {
    expect(placeOf(path, places)).toBe(expected)
  })

  test('folders that hold other roots come before them', () => {
    const paths = places.roots.map(({ path }) => path)
    for (const [i, path] of paths.entries())
      for (const other of paths.slice(0, i)) expect(other.startsWith(`${path}/`), `${other} before ${path}`).toBe(false)
  })
})

describe('with a profile', () => {
  test('only what it names is shared, the rest of the disk is hidden', () => {
    const places = shown({}, ['/mnt/show'])
    expect(places.roots.filter(({ kind }) => kind === 'share')).toEqual([{ path: '/mnt/show', kind: 'share' }])
    expect(places.hidden).toEqual(expect.arrayContaining(['/home', '/root', '/mnt', '/work', facts.dataDir]))
    expect(placeOf('/mnt/show/x', places)).toBe('share')
    expect(placeOf('/mnt/showcase', places)).toBe('outside')
    expect(placeOf('/work/x', places)).toBe('outside')
  })

  test('a folder of published files beside the share is shared, too; one in it is not said twice', () => {
    const places = shown({}, ['/mnt/show'], ['/mnt/show/assets', '/work/library'])
    expect(places.roots.filter(({ kind }) => kind === 'share').map(({ path }) => path)).toEqual([
      '/mnt/show',
      '/work/library'
    ])
    expect(places.assets).toEqual(['/mnt/show/assets', '/work/library'])
  })

  test('a share in a home folder is shared, and the home around it is not', () => {
    const places = shown({}, ['/home/me/show'])
    expect(placeOf('/home/me/show/x', places)).toBe('share')
    expect(placeOf('/home/me/x', places)).toBe('home')
    expect(places.roots.map(({ path, kind }) => `${kind} ${path}`)).toEqual(
      expect.arrayContaining(['share /home/me/show', 'home /home/me'])
    )
  })

  test.each([['/home/me'], ['/tmp']])('%s may be the share itself', (path) => {
    const places = shown({}, [path])
    expect(places.roots.filter((root) => root.path === path)).toEqual([{ path, kind: 'share' }])
    expect(places.hidden).not.toContain(path)
    expect(placeOf(`${path}/x`, places)).toBe('share')
  })
})

describe('programs', () => {
  test('in a folder that is hidden are shown to a worker, and are the system’s', () => {
    const programs = ['/home/me/venv', '/work/tools', '/opt/python', '/usr/bin']
    const places = shown({ programs }, ['/mnt/show'])
    expect(places.shown).toEqual(['/home/me/venv', '/work/tools'])
    for (const path of programs) expect(placeOf(`${path}/x`, places)).toBe('system')
  })

  test('in a share are seen through its layers, in a home folder or not', () => {
    const places = shown({ programs: ['/home/me/show/venv', '/mnt/show/tools'] }, ['/home/me/show', '/mnt/show'])
    expect(places.shown).toEqual([])
  })

  test('a profile names more of them', () => {
    const places = placesOf(facts, profileOf(['/mnt/show'], { system: ['/work/studio'] }))
    expect([places.system, places.shown]).toEqual([['/opt/python', '/work/studio'], ['/work/studio']])
  })
})

describe('a machine', () => {
  test('has a temporary folder of its own, which may lie in the home folder', () => {
    const places = shown({ temporary: '/home/me/tmp' }, ['/mnt/show'])
    expect(places.temporary).toEqual(['/home/me/tmp', '/tmp', '/var/tmp'])
    expect(placeOf('/home/me/tmp/x', places)).toBe('temporary')
    expect(placeOf('/home/me/x', places)).toBe('home')
  })

  test('has no root where layers lie', () => {
    const places = shown({ scratch: '/var/tmp/backlot-rehearsal-1' }, null)
    expect(places.roots.map(({ path }) => path)).not.toContain('/var/tmp')
    expect(placeOf('/var/tmp/x', places)).toBe('temporary')
  })

  test('has sockets in layered folders, which are kept', () => {
    const places = shown({ sockets: ['/tmp/.X11-unix/X0', '/run/dbus/socket', '/mnt/show/s'] }, ['/mnt/show'])
    expect(places.sockets).toEqual(['/tmp/.X11-unix/X0', '/mnt/show/s'])
  })
})
