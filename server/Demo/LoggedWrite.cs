namespace Basalt.Server.Demo;

/// <summary>One write of the demo's writer. Its number is its place in the log, from 1.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Id">The object written.</param>
/// <param name="State">What it was set to; null deleted it.</param>
internal sealed record LoggedWrite(LoggedWriteKind Kind, Guid Id, CityObject? State);
