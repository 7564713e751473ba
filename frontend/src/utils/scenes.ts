/** The subject of a picture: nothing yet, a gap, a lock, a lost connection, a fault, or that all is done. */
export type SceneName = 'empty' | 'missing' | 'locked' | 'offline' | 'broken' | 'done'
