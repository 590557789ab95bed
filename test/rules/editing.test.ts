import { describe, expect, it } from 'vitest'
import { changesNothing, type Edits, planEdit, type Terms, withEdits } from '../../src/rules/editing'

const NOW: Terms = { role: 'member', department: 'Sales', note: 'Hello', teamIds: ['a', 'b'] }
const NOTHING = { set: {}, addTeams: [], removeTeams: [], conflicts: [] }

describe('an edit', () => {
  it.each<[string, Edits]>([
    ['without fields', {}],
    [
      'that leaves every field as it was shown',
      { role: { from: 'member', to: 'member' }, note: { to: 'Hello' } },
    ],
    ['of what somebody else has changed to the same', { department: { from: 'Design', to: 'Sales' } }],
    ['of a field that was shown otherwise, and left so', { department: { from: 'Design', to: 'Design' } }],
    ['of teams left as they were shown', { teamIds: { from: ['c'], to: ['c'] } }],
    ['of teams that somebody else has changed to the same', { teamIds: { from: ['a'], to: ['a', 'b'] } }],
  ])('%s changes nothing', (_, edits) => {
    expect(planEdit(edits, NOW)).toEqual(NOTHING)
    expect(changesNothing(planEdit(edits, NOW))).toBe(true)
  })

  it('writes the fields it touches and no others', () => {
    const edits: Edits = {
      role: { from: 'member', to: 'viewer' },
      department: { from: 'Sales', to: 'Sales' },
    }
    expect(planEdit(edits, NOW)).toEqual({ ...NOTHING, set: { role: 'viewer' } })
  })

  it('of which nothing was shown is one of what is there', () => {
    expect(planEdit({ note: { to: '' }, teamIds: { to: ['b', 'c'] } }, NOW)).toEqual({
      ...NOTHING,
      set: { note: '' },
      addTeams: ['c'],
      removeTeams: ['a'],
    })
  })

  it('of a field that somebody else has changed otherwise is a conflict, and the rest is known', () => {
    const edits: Edits = { department: { from: 'Design', to: 'Support' }, note: { from: 'Hello', to: 'Hi' } }
    const plan = planEdit(edits, NOW)
    expect(plan).toEqual({ ...NOTHING, set: { note: 'Hi' }, conflicts: ['department'] })
    expect(changesNothing(plan)).toBe(false)
  })

  it('of teams takes each for itself: what others did to other teams stays', () => {
    // Shown a and c; somebody put b in and took c out meanwhile; here a is taken out and d put in.
    expect(planEdit({ teamIds: { from: ['a', 'c'], to: ['c', 'd'] } }, NOW)).toEqual({
      ...NOTHING,
      addTeams: ['d'],
      removeTeams: ['a'],
    })
  })
})

describe('what the form shows after somebody else was faster', () => {
  it('is what is there now, with what was typed on top of it', () => {
    const edits: Edits = {
      role: { from: 'viewer', to: 'viewer' },
      department: { from: 'Design', to: 'Support' },
      note: { from: 'Old', to: 'Hello' },
      teamIds: { from: ['a', 'c'], to: ['c', 'd'] },
    }
    expect(withEdits(edits, NOW)).toEqual({
      role: 'member',
      department: 'Support',
      note: 'Hello',
      teamIds: ['b', 'd'],
    })
  })

  it('is what is there now where nothing was touched', () => {
    expect(withEdits({}, NOW)).toEqual(NOW)
  })
})
