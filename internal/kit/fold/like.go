package fold

import "strings"

// Like returns the pattern of an SQL LIKE … ESCAPE '\' for folded texts that
// contain query; empty if query is.
func Like(query string) string {
	folded := Text(strings.ReplaceAll(strings.ToValidUTF8(query, ""), "\x00", "")) // no database takes these
	if folded == "" {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(folded) + "%"
}
