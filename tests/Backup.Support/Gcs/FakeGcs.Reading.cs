using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Basalt.Backup.Tests.Support.Gcs;

public sealed partial class FakeGcs
{
    private async Task ReadAsync(HttpContext context, string name)
    {
        if (_bucket.Find(name) is not { } bytes)
        {
            // Downloads are told in plain text.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync($"No such object: {Bucket}/{name}");
            return;
        }

        (int first, int last) = (0, bytes.Length - 1);
        if (RangeHeaderValue.TryParse(context.Request.Headers.Range, out RangeHeaderValue? range))
        {
            RangeItemHeaderValue wanted = range.Ranges.Single();
            first = (int)Math.Min(wanted.From ?? 0, int.MaxValue);
            last = (int)Math.Min(wanted.To ?? last, last);
            if (first >= bytes.Length)
            {
                await RefuseAsync(context, HttpStatusCode.RequestedRangeNotSatisfiable, "requestedRangeNotSatisfiable", "The requested range cannot be satisfied.");
                return;
            }

            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = new ContentRangeHeaderValue(first, last, bytes.Length).ToString();
        }

        context.Response.Headers["x-goog-hash"] = "crc32c=" + FakeBucket.ChecksumOf(bytes);
        context.Response.ContentLength = last - first + 1;
        await context.Response.Body.WriteAsync(bytes.AsMemory(first, last - first + 1));
    }

    private Task ListAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        string prefix = query["prefix"].ToString();
        string delimiter = query["delimiter"].ToString();
        string after = query["pageToken"].ToString();
        int most = Math.Min(PageSize, int.Parse(query["maxResults"].ToString(), CultureInfo.InvariantCulture));

        // Objects and folders in one order: a page may end between any two.
        (string Shown, string? Object)[] all =
        [
            .. _bucket.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(name => Fold(name, prefix, delimiter))
                .Distinct()
                .Where(entry => string.CompareOrdinal(entry.Shown, after) > 0),
        ];
        (string Shown, string? Object)[] page = [.. all.Take(most)];
        return context.Response.WriteAsJsonAsync(new
        {
            kind = "storage#objects",
            nextPageToken = all.Length > most ? page[^1].Shown : null,
            prefixes = page.Any(entry => entry.Object is null) ? page.Where(entry => entry.Object is null).Select(entry => entry.Shown) : null,
            items = page.Where(entry => entry.Object is not null).Select(entry => new
            {
                name = entry.Object,
                size = (_bucket.Find(entry.Object!)?.Length ?? 0).ToString(CultureInfo.InvariantCulture),
            }),
        });
    }

    private static (string Shown, string? Object) Fold(string name, string prefix, string delimiter)
    {
        int end = delimiter.Length == 0 ? -1 : name.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
        return end < 0 ? (name, name) : (name[..(end + 1)], null);
    }
}
