using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Basalt.Backup.Tests.Support.Gcs;

public sealed partial class FakeGcs
{
    private readonly ConcurrentDictionary<string, FakeSession> _sessions = new(StringComparer.Ordinal);
    private long _bytesReceived;

    private async Task InsertAsync(HttpContext context, FakeFault fault)
    {
        IQueryCollection query = context.Request.Query;
        if (query["uploadType"] == "resumable")
        {
            FakeSession session = Describe(await JsonDocument.ParseAsync(context.Request.Body), query);
            if (session.MustBeNew && _bucket.Find(session.Name) is not null)
            {
                await RefuseTakenAsync(context);
                return;
            }

            string id = Guid.NewGuid().ToString("N");
            _sessions[id] = session;
            context.Response.Headers.Location = $"{Endpoint}upload/storage/v1/b/{Bucket}/o?uploadType=resumable&upload_id={id}";
            return;
        }

        string boundary = MediaTypeHeaderValue.Parse(context.Request.ContentType!).Parameters.Single(parameter => parameter.Name == "boundary").Value!;
        var parts = new MultipartReader(boundary.Trim('"'), context.Request.Body);
        FakeSession upload = Describe(await JsonDocument.ParseAsync((await parts.ReadNextSectionAsync())!.Body), query);
        (byte[] bytes, bool isWhole) = await ReceiveAsync((await parts.ReadNextSectionAsync())!.Body, fault, context.Request.ContentLength ?? 0);
        if (!isWhole)
        {
            context.Abort();
            return;
        }

        upload.Append(bytes, isWhole);
        await CompleteAsync(context, upload);
    }

    private async Task ContinueAsync(HttpContext context, FakeFault fault)
    {
        string id = context.Request.Query["upload_id"].ToString();
        if (!_sessions.TryGetValue(id, out FakeSession? session))
        {
            await RefuseAsync(context, HttpStatusCode.NotFound, "notFound", "No such upload session.");
            return;
        }

        var range = ContentRangeHeaderValue.Parse(context.Request.Headers.ContentRange.ToString());
        if (range.HasRange)
        {
            if (range.From != session.Received)
            {
                await RefuseAsync(context, HttpStatusCode.BadRequest, "invalid", "The part does not follow what was received.");
                return;
            }

            (byte[] bytes, bool isWhole) = await ReceiveAsync(context.Request.Body, fault, context.Request.ContentLength ?? 0);
            session.Append(bytes, isWhole);
            if (!isWhole)
            {
                context.Abort();
                return;
            }
        }

        if (session.Received < range.Length)
        {
            context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            if (session.Received > 0)
            {
                context.Response.Headers.Range = string.Create(CultureInfo.InvariantCulture, $"bytes=0-{session.Received - 1}");
            }

            return;
        }

        await CompleteAsync(context, session);
    }

    private async Task<(byte[] Bytes, bool IsWhole)> ReceiveAsync(Stream body, FakeFault fault, long announced)
    {
        using var received = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        while (await body.ReadAsync(buffer) is var read and > 0)
        {
            received.Write(buffer, 0, read);
            Interlocked.Add(ref _bytesReceived, read);
            if (fault == FakeFault.BrokenInside && received.Length >= announced / 2)
            {
                return (received.ToArray(), false);
            }
        }

        byte[] bytes = received.ToArray();
        if (fault == FakeFault.Damaged && bytes.Length > 0)
        {
            bytes[bytes.Length / 2] ^= 1;
        }

        return (bytes, true);
    }

    private Task CompleteAsync(HttpContext context, FakeSession upload)
    {
        byte[] bytes = upload.Bytes;
        string actual = FakeBucket.ChecksumOf(bytes);
        if (upload.Checksum is not null && upload.Checksum != actual)
        {
            return RefuseAsync(
                context, HttpStatusCode.BadRequest, "invalid", $"Provided CRC32C \"{upload.Checksum}\" doesn't match calculated CRC32C \"{actual}\".");
        }

        // A session that was completed answers again with what it made.
        if (!upload.IsComplete && !_bucket.TryAdd(upload.Name, bytes, upload.MustBeNew))
        {
            return RefuseTakenAsync(context);
        }

        upload.IsComplete = true;
        return context.Response.WriteAsJsonAsync(
            new { name = upload.Name, size = bytes.Length.ToString(CultureInfo.InvariantCulture), crc32c = actual });
    }

    private static FakeSession Describe(JsonDocument description, IQueryCollection query) => new(
        description.RootElement.GetProperty("name").GetString()!,
        description.RootElement.TryGetProperty("crc32c", out JsonElement checksum) ? checksum.GetString() : null,
        MustBeNew: query["ifGenerationMatch"] == "0");

    private static Task RefuseTakenAsync(HttpContext context) =>
        RefuseAsync(context, HttpStatusCode.PreconditionFailed, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
}
