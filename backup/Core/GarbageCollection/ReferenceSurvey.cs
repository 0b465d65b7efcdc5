using System.Collections.Immutable;

namespace Basalt.Backup.GarbageCollection;

/// <summary>What is needed in a repository, and by whom.</summary>
/// <param name="Needed">Keys below <c>data/</c> that somebody needs.</param>
/// <param name="Attempts">All attempts.</param>
/// <param name="Lenders">ULIDs of attempts whose journals are there: other backups may begin to share what they uploaded.</param>
/// <param name="LapsedPins">Pins that have lapsed.</param>
internal sealed record ReferenceSurvey(
    IReadOnlySet<string> Needed,
    ImmutableArray<SurveyedAttempt> Attempts,
    IReadOnlySet<string> Lenders,
    ImmutableArray<string> LapsedPins);
