namespace Basalt.Bench.Load;

/// <summary>Chooses the number of a key.</summary>
internal interface IKeyChooser
{
    long Next();
}
