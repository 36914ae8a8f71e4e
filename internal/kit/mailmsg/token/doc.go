// Package token makes and reads the signed marks by which an answer finds its
// conversation: a plus-address, a Message-ID, a line in the body. The number in
// the subject is not signed and proves nothing.
//
// What must never break: a mark that was changed, cut or made with another key
// or for another purpose is not read; marks survive servers that change the case
// of addresses; comparing takes the same time wherever they differ.
package token
