package account

// Remembers reports whether a session's token or an API key is in memory, so
// that who acts with it is known without a look into the database.
func (x *Directory) Remembers(token string) bool {
	if len(token) > maxToken {
		return false
	}
	hash := hashOf(token)
	return x.sessions.has(hash) || x.keys.has(hash)
}
