namespace Basalt.Server.Index;

/// <summary>A place on the earth, in degrees.</summary>
/// <param name="Latitude">-90 to 90.</param>
/// <param name="Longitude">-180 to 180.</param>
internal readonly record struct GeoPoint(double Latitude, double Longitude)
{
    /// <summary>Bytes of an encoded place.</summary>
    public const int EncodedLength = 2 * sizeof(double);

    // The mean radius in metres, as the haversine formula takes it.
    private const double EarthRadius = 6_371_000;

    /// <summary>Reads the place in an index key.</summary>
    /// <exception cref="InvalidDataException">The key is too short to have one.</exception>
    public static GeoPoint Read(ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> value = key.Length >= IndexKey.PropertyLength + EncodedLength ? key[IndexKey.PropertyLength..] : throw IndexKey.Malformed(key);
        return new GeoPoint(IndexKey.ReadNumber(value), IndexKey.ReadNumber(value[sizeof(double)..]));
    }

    /// <summary>Encodes the place: the latitude comes first, so a band of latitudes is one range.</summary>
    public void Write(Span<byte> target)
    {
        IndexKey.WriteNumber(Latitude, target);
        IndexKey.WriteNumber(Longitude, target[sizeof(double)..]);
    }

    /// <summary>The distance along the surface, in metres.</summary>
    public double DistanceTo(GeoPoint other)
    {
        double latitude = double.DegreesToRadians(other.Latitude - Latitude);
        double longitude = double.DegreesToRadians(other.Longitude - Longitude);
        double haversine = Square(Math.Sin(latitude / 2))
            + (Math.Cos(double.DegreesToRadians(Latitude)) * Math.Cos(double.DegreesToRadians(other.Latitude)) * Square(Math.Sin(longitude / 2)));
        return 2 * EarthRadius * Math.Asin(Math.Sqrt(Math.Min(1, haversine)));
    }

    /// <summary>The latitudes that lie no further away than that, in degrees; a little more, for the sake of rounding.</summary>
    public (double South, double North) LatitudesWithin(double distance)
    {
        double degrees = double.RadiansToDegrees(distance / EarthRadius) + 1e-9;
        return (Latitude - degrees, Latitude + degrees);
    }

    private static double Square(double value) => value * value;
}
