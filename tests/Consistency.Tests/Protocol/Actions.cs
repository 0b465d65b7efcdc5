namespace Basalt.Consistency.Tests.Protocol;

/// <summary>The steps that counterexamples end with.</summary>
internal static class Actions
{
    public const string Commit = "commits";
    public const string Delete = "deletes an object";
    public const string CheckTombstone = "finds no tombstone";
    public const string Pin = "pins";
}
