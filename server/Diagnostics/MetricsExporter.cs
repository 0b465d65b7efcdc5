using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Basalt.Server.Diagnostics;

/// <summary>
/// Shows the instruments of one meter as Prometheus text. Counters and gauges keep their names; a histogram becomes a summary without
/// quantiles: <c>_sum</c> and <c>_count</c>. Thread-safe.
/// </summary>
internal sealed class MetricsExporter : IDisposable
{
    /// <summary>The media type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Instrument> _instruments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, MetricValue>> _values = new(StringComparer.Ordinal);

    public MetricsExporter()
    {
        // One meter for each server of the process, told apart by identity.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == Meter)
            {
                lock (_lock)
                {
                    _instruments[instrument.Name] = instrument;
                }

                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Add(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Add(instrument, value, labels));
        _listener.Start();
    }

    /// <summary>The meter that is shown.</summary>
    public Meter Meter { get; } = new("Basalt.Server");

    /// <summary>All figures as of now.</summary>
    public string Collect()
    {
        lock (_lock)
        {
            foreach (Instrument instrument in _instruments.Values.Where(instrument => instrument.IsObservable))
            {
                // Series that are no longer observed are gone.
                _values.Remove(instrument.Name);
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (Instrument instrument in _instruments.Values)
            {
                Write(text, instrument);
            }

            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        Meter.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        string series = LabelsOf(labels);
        lock (_lock)
        {
            if (!_values.TryGetValue(instrument.Name, out SortedDictionary<string, MetricValue>? values))
            {
                _values[instrument.Name] = values = new(StringComparer.Ordinal);
            }

            MetricValue before = values.GetValueOrDefault(series);
            values[series] = instrument.IsObservable
                ? new MetricValue(value, 1)
                : new MetricValue(before.Sum + value, before.Count + 1);
        }
    }

    private void Write(StringBuilder text, Instrument instrument)
    {
        string name = instrument.Name;
        bool isSummary = instrument is Histogram<double>;
        string type = isSummary ? "summary" : instrument is Counter<long> or ObservableCounter<long> or ObservableCounter<double> ? "counter" : "gauge";
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description}\n# TYPE {name} {type}\n");
        foreach ((string labels, MetricValue value) in _values.GetValueOrDefault(name) ?? [])
        {
            if (isSummary)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{labels} {value.Sum:R}\n{name}_count{labels} {value.Count}\n");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value.Sum:R}\n");
            }
        }
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (labels.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder("{");
        foreach ((string name, object? value) in labels)
        {
            string escaped = string.Create(CultureInfo.InvariantCulture, $"{value}")
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length == 1 ? "" : ",").Append(name).Append("=\"").Append(escaped).Append('"');
        }

        return text.Append('}').ToString();
    }
}
