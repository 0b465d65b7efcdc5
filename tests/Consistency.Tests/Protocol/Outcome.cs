namespace Basalt.Consistency.Tests.Protocol;

/// <summary>How an attempt ended.</summary>
internal enum Outcome : byte
{
    None,
    Committed,

    /// <summary>Or canceled, which is the same to everyone else.</summary>
    Failed,
}
