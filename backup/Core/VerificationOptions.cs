namespace Basalt.Backup;

/// <summary>How a backup is verified.</summary>
public sealed record VerificationOptions
{
    /// <summary>How closely; <see cref="VerificationLevel.Existence"/> unless told.</summary>
    public VerificationLevel Level { get; init; } = VerificationLevel.Existence;

    /// <summary>Percentage of the objects that <see cref="VerificationLevel.Sample"/> reads, at least one. Above 0, at most 100; 5 unless told.</summary>
    public double SamplePercent { get; init; } = 5;

    /// <summary>Told of bytes read, now and then, from any thread.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    internal void Validate()
    {
        if (!Enum.IsDefined(Level))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Level), Level, $"VerificationOptions.Level takes {string.Join(", ", Enum.GetNames<VerificationLevel>())}.");
        }

        if (SamplePercent is not (> 0 and <= 100))
        {
            throw new ArgumentOutOfRangeException(
                nameof(SamplePercent), SamplePercent, "VerificationOptions.SamplePercent takes more than 0 and at most 100.");
        }
    }
}
