// Package alike tells which short texts say the same in other words, so that people
// who ask one thing can be answered together.
//
// A text becomes a Sketch: its words without case, accents, addresses, names and
// numbers, cut into pieces of three letters, of which the smallest hashes are kept.
// Pieces forgive endings, as Polish and Hungarian have them, and slips; the order of words
// and how often they are said do not matter. Two sketches are alike by how many
// pieces they share.
//
// What must never break: the work on a text is bounded whatever is written (MaxText,
// MaxPieces), the same text gives the same sketch in every process and version, for
// sketches are stored, and a text that says next to nothing is alike to its equal alone.
package alike
