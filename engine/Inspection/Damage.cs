namespace Basalt.Engine;

/// <summary>One place in a database directory that is not what was written there.</summary>
/// <param name="File">Name of the file in the directory.</param>
/// <param name="Offset">Byte offset in that file; 0 if the file as a whole is meant, missing for example.</param>
/// <param name="Problem">What is wrong, in words.</param>
/// <param name="Keyspace">Name of the keyspace whose data it is, if known.</param>
/// <param name="Segment">The segment's place of birth, if it is of a segment.</param>
public sealed record Damage(string File, long Offset, string Problem, string? Keyspace = null, SegmentOrigin? Segment = null);
