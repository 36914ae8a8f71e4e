package acd

import "time"

// Channel is a kind of channel as far as an agent's attention is concerned:
// every messenger is a Chat, every comment or post is Social.
type Channel uint8

// Channels by the attention they need.
const (
	Call Channel = iota
	Video
	Chat
	Mail
	Social
	// NumChannels is how many there are; it is not a channel.
	NumChannels
)

// FullLoad is the capacity of an agent: a call or a video fills it alone.
const FullLoad = 100

// String returns the channel's stable name.
func (c Channel) String() string {
	names := [NumChannels]string{"call", "video", "chat", "mail", "social"}
	if c < NumChannels {
		return names[c]
	}
	return "unknown"
}

// DefaultLoad is how much of an agent's capacity one interaction on c takes.
func (c Channel) DefaultLoad() int {
	return [NumChannels]int{FullLoad, FullLoad, 30, 20, 20}[c]
}

// DefaultOfferTimeout is how long an offer on c stands.
func (c Channel) DefaultOfferTimeout() time.Duration {
	return [NumChannels]time.Duration{20 * time.Second, 20 * time.Second, 30 * time.Second, 2 * time.Minute, 2 * time.Minute}[c]
}

// Channels is a set of channels.
type Channels uint8

// ChannelSet returns the set of all.
func ChannelSet(all ...Channel) Channels {
	var set Channels
	for _, c := range all {
		set |= 1 << c
	}
	return set
}

// Has reports whether c is in the set.
func (s Channels) Has(c Channel) bool { return s&(1<<c) != 0 }

// Interrupts says for each channel which work an offer on it may interrupt:
// that work's load does not count against it.
type Interrupts [NumChannels]Channels

// DefaultInterrupts lets a call or a video interrupt mail and social, but not a chat.
func DefaultInterrupts() Interrupts {
	slow := ChannelSet(Mail, Social)
	return Interrupts{Call: slow, Video: slow}
}
