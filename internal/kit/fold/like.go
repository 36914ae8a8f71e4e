package fold

import "strings"

// Like returns the pattern of an SQL LIKE … ESCAPE '\' for folded texts that
// contain query; empty if query is.
func Like(query string) string {
	folded := Text(query)
	if folded == "" {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(folded) + "%"
}
