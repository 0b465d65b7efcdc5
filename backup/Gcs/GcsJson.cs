using System.Text.Json;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Gcs;

/// <summary>The documents of the JSON API, as far as they are used.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ObjectListing))]
[JsonSerializable(typeof(StoredObject))]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class GcsJson : JsonSerializerContext;
