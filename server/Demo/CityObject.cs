using System.Text.Json;

namespace Basalt.Server.Demo;

/// <summary>A city as an object of the server, with the number of the write that put it there.</summary>
/// <param name="Id">The object's identity.</param>
/// <param name="City">Its properties.</param>
/// <param name="Vector">Its vector.</param>
/// <param name="Version">0 as imported; otherwise the number of the demo's write that set it, which no other object shares.</param>
internal sealed record CityObject(Guid Id, City City, CityVector Vector, long Version)
{
    /// <summary>The class that the demo creates.</summary>
    public const string ClassName = "City";

    /// <summary>The class as the schema takes it.</summary>
    public const string ClassDefinition = """
        {"class":"City","description":"Populated places of GeoNames","vectorizer":"none","properties":[
        {"name":"geoNameId","dataType":["int"]},{"name":"name","dataType":["text"]},{"name":"country","dataType":["text"]},
        {"name":"admin1","dataType":["text"]},{"name":"featureCode","dataType":["text"]},{"name":"population","dataType":["int"]},
        {"name":"latitude","dataType":["number"]},{"name":"longitude","dataType":["number"]},{"name":"version","dataType":["int"]}]}
        """;

    private const int VectorLength = 4;

    /// <summary>The object of a city as a write sets it.</summary>
    public static CityObject Of(City city, long version) => new(IdOf(city.GeoNameId), city, CityVector.Of(city), version);

    /// <summary>The object of a city as it is imported.</summary>
    public static CityObject Imported(City city) => Of(city, version: 0);

    /// <summary>An identity that spreads neighbouring cities over the key space, as random identities would, and is the same in each run.</summary>
    public static Guid IdOf(int geoNameId)
    {
        // Multiplying by an odd number is a bijection, so no two cities share an identity.
        ulong spread = (ulong)geoNameId * 0x9E37_79B9_7F4A_7C15;
        return new Guid((int)(spread >> 32), (short)(spread >> 16), 0x4000, 0x80, 0, (byte)(spread >> 8), (byte)spread, 0, 0, 0, 0);
    }

    /// <summary>Writes the object as the API takes it.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("class", ClassName);
        writer.WriteString("id", Id);
        writer.WriteStartObject("properties");
        writer.WriteNumber("geoNameId", City.GeoNameId);
        writer.WriteString("name", City.Name);
        writer.WriteString("country", City.Country);
        writer.WriteString("admin1", City.Admin1);
        writer.WriteString("featureCode", City.FeatureCode);
        writer.WriteNumber("population", City.Population);
        writer.WriteNumber("latitude", City.Latitude);
        writer.WriteNumber("longitude", City.Longitude);
        writer.WriteNumber("version", Version);
        writer.WriteEndObject();
        writer.WriteStartArray("vector");
        writer.WriteNumberValue(Vector.X);
        writer.WriteNumberValue(Vector.Y);
        writer.WriteNumberValue(Vector.Z);
        writer.WriteNumberValue(Vector.Size);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Reads an object as the API returns it, with its vector.</summary>
    /// <exception cref="InvalidDataException">A property or the vector is missing or of another type.</exception>
    public static CityObject Read(JsonElement document)
    {
        try
        {
            JsonElement properties = document.GetProperty("properties");
            City city = new(
                properties.GetProperty("geoNameId").GetInt32(),
                properties.GetProperty("name").GetString()!,
                properties.GetProperty("country").GetString()!,
                properties.GetProperty("admin1").GetString()!,
                properties.GetProperty("featureCode").GetString()!,
                properties.GetProperty("population").GetInt32(),
                properties.GetProperty("latitude").GetDouble(),
                properties.GetProperty("longitude").GetDouble());
            return new CityObject(
                document.GetProperty("id").GetGuid(), city, ReadVector(document.GetProperty("vector")), properties.GetProperty("version").GetInt64());
        }
        catch (Exception error) when (error is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"An object is not as it was written ({error.Message}): {document.GetRawText()}", error);
        }
    }

    private static CityVector ReadVector(JsonElement vector) =>
        vector.GetArrayLength() == VectorLength
            ? new CityVector(vector[0].GetSingle(), vector[1].GetSingle(), vector[2].GetSingle(), vector[3].GetSingle())
            : throw new FormatException($"its vector has {vector.GetArrayLength()} dimensions instead of {VectorLength}");
}
