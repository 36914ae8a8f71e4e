package own

import (
	"cmp"
	"maps"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// Types of events that a public place alone tells.
const (
	typePost    = "post"    // what stands above
	typeComment = "comment" // under a post, or alone
	typeReview  = "review"  // alone, with stars
	typeHide    = "hide"    // somebody of theirs has hidden a comment, or shows it again
)

// mostStars is the best rating.
const mostStars = 5

// misplaced returns why e is told on the wrong channel: of what everybody reads on a private one, or the other way round. Empty: it is not.
func (e event) misplaced(public bool) string {
	switch e.Type {
	case typePost, typeComment, typeReview, typeHide:
		if !public {
			return "event.public"
		}
	case "message", "typing":
		if public {
			return "event.private"
		}
	}
	return ""
}

// checkPublic names what is wrong with an event of a public place. A comment names the post under which it stands, for
// it may come before the comment that it answers, by which we would know the post.
func (e event) checkPublic(kind channel.Kind) (wrong []errs.Field) {
	said := kind == channel.KindMessage || kind == channel.KindEcho
	if e.Post == "" && (said && e.Parent != "" || kind == channel.KindEcho || kind == channel.KindPost) {
		wrong = append(wrong, errs.Field{Path: "post", Code: "event.post"})
	}
	if e.Message == "" && kind == channel.KindHiding {
		wrong = append(wrong, errs.Field{Path: "message", Code: "required"})
	}
	unsaid := e.Stars == 0 && e.Type != typeReview
	if rates := e.Type == typeReview || kind == channel.KindEdit; rates && !unsaid && (e.Stars < 1 || e.Stars > mostStars) {
		wrong = append(wrong, errs.Field{Path: "stars", Code: "event.stars"})
	}
	return wrong
}

// inPublic says where in the public place it stands what e tells.
func (e event) inPublic(in *channel.Inbound, at at) {
	in.Thread, in.To, in.Link = "", channel.Party{}, e.Link
	// What begins a thread is its own post. Of what is about an entry it only has to be known that everybody reads it.
	in.Post = cmp.Or(e.Post, e.Message, e.OurID)
	if at.twin != 0 && in.Sender.ExternalID != "" {
		in.Known = []channel.Party{e.From.party(at.twin)}
	}
	switch in.Kind { //nolint:exhaustive // the others are about an entry
	case channel.KindPost:
		in.Target = ""
	case channel.KindMessage, channel.KindEcho:
		in.Target, in.Thread = "", e.Message
		if e.Parent != "" && e.Parent != in.Post {
			in.Target, in.Thread = e.Parent, e.Parent
		}
	}
	if e.Type == typeReview || in.Kind == channel.KindEdit {
		e.rate(in)
	}
}

// rate says how a review rates us. One without words says it in stars.
func (e event) rate(in *channel.Inbound) {
	if e.Stars < 1 || e.Stars > mostStars {
		return
	}
	in.Data = maps.Clone(in.Data)
	if in.Data == nil {
		in.Data = map[string]string{}
	}
	in.Data["rating"] = strconv.Itoa(e.Stars)
	if in.Text == "" && in.HTML == "" && len(in.Files)+len(in.Remote) == 0 {
		in.Text = strings.Repeat("★", e.Stars) + strings.Repeat("☆", mostStars-e.Stars)
	}
}
