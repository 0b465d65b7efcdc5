namespace Basalt.Engine;

/// <summary>Something that an operator may want to know.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Message">In words, with names and figures.</param>
/// <param name="Cause">The failure behind it, if any.</param>
public sealed record DatabaseEvent(DatabaseEventKind Kind, string Message, Exception? Cause = null);
