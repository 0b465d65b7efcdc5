using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Basalt.Backup;
using Spectre.Console;

namespace Basalt.Server.Cli.Backup;

/// <summary>What a command tells: its result on the standard output, as text or as one JSON document; all else on the standard error.</summary>
internal sealed class CommandReport(CommandConsole console, bool isJson)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private static readonly JsonWriterOptions DocumentOptions = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the result, in one of its two forms.</summary>
    public void Result(Action<Utf8JsonWriter> document, Action text)
    {
        if (!isJson)
        {
            text();
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, DocumentOptions))
        {
            document(writer);
        }

        console.Output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Writes a line of the result.</summary>
    public void Line(string text) => console.Output.WriteLine(PrintableText.Of(text, keepLines: true));

    /// <summary>Writes rows of the result: a table on a terminal, otherwise lines with tabs between the values.</summary>
    public void Table(string[] columns, IEnumerable<string[]> rows)
    {
        if (console.OutputTerminal is not { } terminal)
        {
            foreach (string[] row in rows.Prepend(columns))
            {
                console.Output.WriteLine(string.Join('\t', row.Select(value => PrintableText.Of(value))));
            }

            return;
        }

        Table table = new Table().Border(TableBorder.Simple).AddColumns([.. columns.Select(column => new TableColumn(Markup.Escape(column)))]);
        foreach (string[] row in rows)
        {
            table.AddRow([.. row.Select(value => Markup.Escape(PrintableText.Of(value)))]);
        }

        terminal.Write(table);
    }

    /// <summary>Tells something that is no result.</summary>
    public void Note(string text) => console.Error.WriteLine(PrintableText.Of(text, keepLines: true));

    /// <summary>Runs an operation that tells how far it came, with a bar if there is a terminal to show it on.</summary>
    public async Task<T> TrackAsync<T>(string title, Func<IProgress<TransferProgress>?, Task<T>> operation)
    {
        if (console.ErrorTerminal is not { } terminal)
        {
            return await operation(null);
        }

        return await terminal
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => operation(new Bar(context.AddTask(Markup.Escape(PrintableText.Of(title))))));
    }

    /// <summary>As above, for a job, which has to be asked.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="completion">Ends with the job.</param>
    /// <param name="running">The job while it runs.</param>
    public Task<BackupSummary> FollowAsync(string title, Task<BackupSummary> completion, Func<BackupJob?> running) =>
        TrackAsync(title, async progress =>
        {
            using var timer = new PeriodicTimer(ProgressInterval, TimeProvider.System);
            while (progress is not null && !completion.IsCompleted)
            {
                if (running()?.Progress is { } now)
                {
                    progress.Report(new TransferProgress(now.FilesTotal, now.FilesDone, now.BytesTotal, now.BytesDone));
                }

                await Task.WhenAny(completion, timer.WaitForNextTickAsync().AsTask());
            }

            return await completion;
        });

    /// <summary>Shows bytes; where none are to be read, objects.</summary>
    private sealed class Bar(ProgressTask task) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            (long total, long done) = value.BytesTotal > 0 ? (value.BytesTotal, value.BytesDone) : (value.ObjectsTotal, value.ObjectsDone);
            if (total > 0)
            {
                task.MaxValue = total;
                task.Value = done;
            }
        }
    }
}
