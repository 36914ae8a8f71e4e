package compose

import (
	"bufio"
	"bytes"
	"io"
)

// WriteTo writes the mail, as it goes into DATA but for the doubling of dots.
// Files are opened, read and closed one after the other. An error of theirs or
// of w ends it in the middle: such a mail must not be completed.
func (m *Mail) WriteTo(w io.Writer) (int64, error) {
	counter := &countingWriter{w: w}
	buffered := bufio.NewWriterSize(counter, 32<<10)
	err := m.write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	return counter.n, err
}

// Bytes returns the mail in memory.
func (m *Mail) Bytes() ([]byte, error) {
	var b bytes.Buffer
	_, err := m.WriteTo(&b)
	return b.Bytes(), err
}

func (m *Mail) write(w *bufio.Writer) error {
	if _, err := w.WriteString(m.signature); err != nil {
		return err
	}
	for _, f := range m.header {
		if _, err := w.WriteString(f.String()); err != nil {
			return err
		}
	}
	return m.body.write(w)
}

// write writes a part: its header, an empty line, what is in it.
func (p part) write(w *bufio.Writer) error {
	for _, f := range p.header {
		if _, err := w.WriteString(f.String()); err != nil {
			return err
		}
	}
	if _, err := w.WriteString("\r\n"); err != nil {
		return err
	}
	if p.boundary == "" {
		return p.writeBody(w)
	}
	for _, child := range p.children {
		if _, err := w.WriteString("--" + p.boundary + "\r\n"); err != nil {
			return err
		}
		if err := child.write(w); err != nil {
			return err
		}
		if _, err := w.WriteString("\r\n"); err != nil {
			return err
		}
	}
	_, err := w.WriteString("--" + p.boundary + "--\r\n")
	return err
}

// countingWriter counts what went through.
type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
