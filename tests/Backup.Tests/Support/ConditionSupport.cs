namespace Basalt.Backup.Tests.Support;

/// <summary>What a store does when it is to create an object only if that is absent.</summary>
public enum ConditionSupport
{
    /// <summary>That.</summary>
    Kept,

    /// <summary>It overwrites.</summary>
    Ignored,

    /// <summary>It answers that it does not know how.</summary>
    Refused,
}
