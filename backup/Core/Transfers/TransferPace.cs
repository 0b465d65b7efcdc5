using Basalt.Backup.Catalog;

namespace Basalt.Backup.Transfers;

/// <summary>How much a job may do at a time: fewer transfers, and each of them at work for a share of the time.</summary>
/// <param name="Transfers">Transfers at a time.</param>
/// <param name="Share">The share of the time that each works.</param>
internal readonly record struct TransferPace(int Transfers, double Share)
{
    /// <summary>The pace at which the transfers together take a percentage of the processors at most.</summary>
    /// <param name="percentage">The percentage; null does not limit.</param>
    /// <param name="processors">Processors of the machine.</param>
    /// <param name="most">Transfers at a time without this limit.</param>
    public static TransferPace Of(int? percentage, int processors, int most)
    {
        if (percentage is not { } limit)
        {
            return new TransferPace(most, 1);
        }

        double wanted = processors * limit / 100.0;
        int transfers = Math.Clamp((int)Math.Round(wanted, MidpointRounding.AwayFromZero), 1, most);
        return new TransferPace(transfers, Math.Min(1, wanted / transfers));
    }

    /// <summary>The pace of a job, and the buffers that keep it.</summary>
    public static (int Transfers, TransferBuffers Buffers) Of(Repository repository, int? percentage)
    {
        TransferPace pace = Of(percentage, Environment.ProcessorCount, repository.Options.Parallelism);
        return (pace.Transfers, repository.Buffers.At(pace.Share, repository.Options.TimeProvider));
    }

    /// <summary>Checks what a request says.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.InvalidRequest"/>.</exception>
    public static void Validate(string id, int? percentage)
    {
        if (percentage is < 1 or > 100)
        {
            throw new BackupException(
                BackupError.InvalidRequest, $"Backup '{id}': the CPU percentage takes 1 to 100; it is {percentage}.", id);
        }
    }
}
