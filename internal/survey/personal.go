package survey

import "github.com/zongler/zongler/internal/personal"

// Personal declares what is kept about customers here. The stars stay, for they are a figure.
func Personal() []personal.Table {
	return []personal.Table{{
		Name: "survey_answer", Class: personal.Opinions, Of: personal.Conversation, Where: `tenant_id = $1 AND conversation_id = $2`, Key: "id",
		Show: `id, conversation_id, stars, comment, asked_at, answered_at`, Empty: personal.Columns("comment"),
	}}
}
