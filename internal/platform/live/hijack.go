package live

import (
	"bufio"
	"net"
	"net/http"
)

// Sizes of a connection's buffers. net/http's own are 4 KiB each and would be half of an idle connection's memory.
// What is written waits in a buffer that all connections share, one that writes needs only room for a header.
const (
	readBuffer  = 512
	writeBuffer = 64
)

// lean is a ResponseWriter that gives its connection away with small buffers and remembers it. A mute one keeps back
// what the library answers to a request that it refuses.
type lean struct {
	http.ResponseWriter
	raw     *corked
	mute    bool
	refused int // the status that was kept back
}

// WriteHeader sends the status, or keeps it back.
func (l *lean) WriteHeader(status int) {
	if l.mute && status >= http.StatusBadRequest {
		l.refused = status
		return
	}
	l.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the answer, or drops it with its status.
func (l *lean) Write(part []byte) (int, error) {
	if l.refused != 0 {
		return len(part), nil
	}
	return l.ResponseWriter.Write(part)
}

// Hijack takes the connection over from the HTTP server.
func (l *lean) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(l.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	l.raw = &corked{Conn: conn}
	reader := rw.Reader
	if reader.Buffered() == 0 { // else the client did not wait for our answer: keep what it said
		reader = bufio.NewReaderSize(conn, readBuffer)
	}
	return l.raw, bufio.NewReadWriter(reader, bufio.NewWriterSize(l.raw, writeBuffer)), nil
}
