/** Why whoever sent an invitation last may no longer grant its role. */
export type InviterLoss = 'removed' | 'deactivated' | 'role_lowered' | 'key_revoked'
