namespace Basalt.Server.Demo;

/// <summary>
/// A city as a vector: its place on the unit sphere, so that the cosine of two says how near they are to each other, and its size. The
/// size makes the vector change with each update, so that properties of one write beside the vector of another do not go unnoticed.
/// </summary>
internal readonly record struct CityVector(float X, float Y, float Z, float Size)
{
    public static CityVector Of(City city)
    {
        (double sinLatitude, double cosLatitude) = Math.SinCos(double.DegreesToRadians(city.Latitude));
        (double sinLongitude, double cosLongitude) = Math.SinCos(double.DegreesToRadians(city.Longitude));
        return new CityVector(
            (float)(cosLatitude * cosLongitude),
            (float)(cosLatitude * sinLongitude),
            (float)sinLatitude,
            (float)(Math.Log10(1d + city.Population) / 10));
    }
}
