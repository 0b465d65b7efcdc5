using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class CityVectorTests
{
    [Theory]
    [InlineData(0, 0, 1, 0, 0)]
    [InlineData(0, 90, 0, 1, 0)]
    [InlineData(90, 0, 0, 0, 1)]
    [InlineData(-90, 0, 0, 0, -1)]
    [InlineData(0, 180, -1, 0, 0)]
    public void Of_WhenTheCityIsAtACornerOfTheWorld_PointsThere(double latitude, double longitude, float x, float y, float z)
    {
        CityVector vector = CityVector.Of(City(latitude, longitude, population: 0));

        Assert.Equal(x, vector.X, 6);
        Assert.Equal(y, vector.Y, 6);
        Assert.Equal(z, vector.Z, 6);
        Assert.Equal(0, vector.Size);
    }

    [Fact]
    public void Of_WhenThePopulationGrows_Differs()
    {
        CityVector before = CityVector.Of(City(52.5, 13.4, population: 3_426_354));

        Assert.NotEqual(before, CityVector.Of(City(52.5, 13.4, population: 3_426_454)));
        Assert.Equal(before, CityVector.Of(City(52.5, 13.4, population: 3_426_354)));
    }

    private static City City(double latitude, double longitude, int population) => new(1, "Town", "XX", "", "PPL", population, latitude, longitude);
}
