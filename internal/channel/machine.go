package channel

import "encoding/json"

// MachineData is what the data of a message says, beside what its channel keeps there, where no
// machine may answer it: why, in a word.
type MachineData struct {
	Machine string `json:"machine"`
}

// NoMachine reports whether the data of a message says that no machine may answer it: one wrote
// it itself, or who wrote it wants no such answer.
func NoMachine(data json.RawMessage) bool {
	var d MachineData
	return len(data) > 0 && json.Unmarshal(data, &d) == nil && d.Machine != ""
}
