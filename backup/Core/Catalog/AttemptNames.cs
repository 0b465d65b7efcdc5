using System.Diagnostics.CodeAnalysis;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Catalog;

/// <summary>Makes attempts of the names of their objects.</summary>
/// <remarks>
/// In a degraded repository a number may have several claims. At most one claimant goes on, and only that one ever has an outcome, so the
/// claim with an outcome counts, otherwise the first that was not withdrawn.
/// </remarks>
internal sealed class AttemptNames
{
    private readonly SortedDictionary<int, Names> _attempts = [];

    /// <summary>Notes an object of a backup's folder; other names are passed over.</summary>
    /// <param name="name">What follows the folder.</param>
    /// <param name="except">A claimant that is left out as if it had claimed nothing.</param>
    public void Add(ReadOnlySpan<char> name, string? except)
    {
        if (TryParse(name, RepositoryLayout.ClaimPrefix, except, out Names? attempt, out string ulid))
        {
            attempt.Claims.Add(ulid);
        }
        else if (TryParse(name, RepositoryLayout.OutcomePrefix, except, out attempt, out ulid))
        {
            attempt.Outcomes.Add(ulid);
        }
        else if (TryParse(name, RepositoryLayout.WithdrawalPrefix, except, out attempt, out ulid))
        {
            attempt.Withdrawals.Add(ulid);
        }
        else if (TryParse(name, RepositoryLayout.TombstonePrefix, except, out attempt, out ulid) && ulid.Length == 0)
        {
            attempt.IsDeleted = true;
        }
    }

    /// <summary>The attempts, the newest last.</summary>
    public IReadOnlyList<AttemptMarks> ToMarks()
    {
        int newest = _attempts
            .OrderBy(attempt => !attempt.Value.IsWithdrawn)
            .ThenBy(attempt => attempt.Key)
            .Select(attempt => attempt.Key)
            .LastOrDefault();
        return [.. _attempts.Select(attempt => attempt.Value.ToMarks(attempt.Key, attempt.Key == newest))];
    }

    private bool TryParse(ReadOnlySpan<char> name, string prefix, string? except, [NotNullWhen(true)] out Names? attempt, out string ulid)
    {
        attempt = null;
        int number = RepositoryLayout.ParseUnique(name, prefix, out ulid);
        if (number == 0 || ulid == except)
        {
            return false;
        }

        if (!_attempts.TryGetValue(number, out attempt))
        {
            _attempts[number] = attempt = new Names();
        }

        return true;
    }

    private sealed class Names
    {
        public SortedSet<string> Claims { get; } = new(StringComparer.Ordinal);

        public SortedSet<string> Outcomes { get; } = new(StringComparer.Ordinal);

        public SortedSet<string> Withdrawals { get; } = new(StringComparer.Ordinal);

        public bool IsDeleted { get; set; }

        public bool IsWithdrawn => Withdrawals.Count > 0 && Outcomes.Count == 0 && !IsDeleted && Claims.IsSubsetOf(Withdrawals);

        public AttemptMarks ToMarks(int number, bool isNewest) => new(
            number,
            Outcomes.Min ?? Claims.Except(Withdrawals).FirstOrDefault() ?? Claims.Min ?? Withdrawals.Min ?? "",
            Outcomes.Count > 0,
            IsDeleted || IsWithdrawn,
            IsWithdrawn,
            isNewest);
    }
}
