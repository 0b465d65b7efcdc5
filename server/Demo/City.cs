namespace Basalt.Server.Demo;

/// <summary>A populated place as GeoNames knows it.</summary>
/// <param name="GeoNameId">Its GeoNames identifier.</param>
/// <param name="Name">Its name, in its local spelling with diacritics.</param>
/// <param name="Country">ISO 3166 code of its country, two letters.</param>
/// <param name="Admin1">Code of the first-level administrative division; may be empty.</param>
/// <param name="FeatureCode">GeoNames feature code, for example PPLC for a capital.</param>
/// <param name="Population">Inhabitants, 0 when unknown.</param>
/// <param name="Latitude">Degrees, north positive.</param>
/// <param name="Longitude">Degrees, east positive.</param>
internal sealed record City(
    int GeoNameId,
    string Name,
    string Country,
    string Admin1,
    string FeatureCode,
    int Population,
    double Latitude,
    double Longitude);
