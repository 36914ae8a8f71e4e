// Package live keeps browsers up to date over websockets.
//
// A [Hub] sends frames to users. Every user has one numbered stream, which all
// of the user's connections (tabs) receive, and a short memory of it, so that a
// client that lost its connection says the last number it has and receives the
// rest. A [Conn] is one websocket with a bounded queue, heartbeats and limits;
// the hub is built on it, and whoever has a protocol of their own uses it alone.
//
// On the wire a frame is {"seq":7,"type":"…","data":…}. Frames without seq are
// about the connection itself or may be lost. A client connects with
// ?epoch=…&seq=… as far as it knows them and is answered
//
//	{"type":"hello","data":{"epoch":"…","seq":9,"resumed":true,"build":"…","now":1779000000000}}
//
// followed by frames 8 and 9. When the stream cannot be continued from where the
// client was, resumed is false and {"type":"resync"} follows: the client fetches
// everything anew and goes on from hello's seq. A client without a position gets
// resumed false alone, and fetches after hello. An epoch is one life of one
// user's stream: it changes when the process restarts or the memory was dropped.
// Hello tells also which build of the client the process has, and its clock in
// milliseconds since 1970.
//
// What must never break: a connected client is never silently missing a numbered
// frame (it has it, is told to resync, or is disconnected); the numbers of an
// epoch have no holes; no queue, memory, message or connection count is
// unbounded; and one slow or hostile peer delays nobody else.
//
// Nothing here is durable. The truth is in the database; frames announce it.
package live
