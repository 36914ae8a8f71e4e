package survey

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// Bounds of an answer.
const (
	MinStars   = 1
	MaxStars   = 5
	MaxComment = 2000             // characters
	ChangeTime = 15 * time.Minute // how long a customer may think again
	topStars   = 4                // from here on an answer is among the two best
)

// Answer is what a customer thought of an interaction.
type Answer struct {
	ID             id.Survey
	ConversationID id.Conversation
	InteractionID  id.Interaction
	BrandID        id.Brand
	QueueID        id.Queue
	AgentID        id.User
	Channel        string
	Stars          int
	Comment        string
	AskedAt        time.Time
	AnsweredAt     time.Time
}

// Given is an answer that has just come in.
type Given struct {
	Conversation id.Conversation
	Interaction  id.Interaction
	Brand        id.Brand
	Queue        id.Queue
	Agent        id.User // who worked on it last
	Channel      string
	Stars        int
	Comment      string
	AskedAt      time.Time // zero: now
}

// normal returns g with its comment trimmed, or what is wrong with it.
func (g Given) normal(op string) (Given, error) {
	var wrong []errs.Field
	if g.Stars < MinStars {
		wrong = append(wrong, errs.Field{Path: "stars", Code: "number.min", Values: errs.Values{"min": MinStars}})
	}
	if g.Stars > MaxStars {
		wrong = append(wrong, errs.Field{Path: "stars", Code: "number.max", Values: errs.Values{"max": MaxStars}})
	}
	g.Comment = strings.TrimSpace(g.Comment)
	if !utf8.ValidString(g.Comment) || strings.ContainsRune(g.Comment, 0) {
		wrong = append(wrong, errs.Field{Path: "comment", Code: "format.text"})
	} else if utf8.RuneCountInString(g.Comment) > MaxComment {
		wrong = append(wrong, errs.Field{Path: "comment", Code: "length.max", Values: errs.Values{"max": MaxComment}})
	}
	return g, errs.Fields(op, wrong...)
}

// Score sums answers up. Scores of parts add up to the score of the whole.
type Score struct {
	Answers int64
	Stars   int64 // their sum
	TopTwo  int64 // answers with four or five stars
}

// Count adds one answer.
func (s *Score) Count(stars int) {
	s.Answers++
	s.Stars += int64(stars)
	if stars >= topStars {
		s.TopTwo++
	}
}

// Mean returns the mean number of stars, and false without answers.
func (s Score) Mean() (float64, bool) {
	if s.Answers == 0 {
		return 0, false
	}
	return float64(s.Stars) / float64(s.Answers), true
}

// TopPercent returns the share of the two best marks in per cent, and false without answers.
func (s Score) TopPercent() (float64, bool) {
	if s.Answers == 0 {
		return 0, false
	}
	return 100 * float64(s.TopTwo) / float64(s.Answers), true
}
