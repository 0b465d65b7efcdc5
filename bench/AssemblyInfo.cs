using System.Runtime.CompilerServices;

// All native signatures here are blittable: no stub stands between a call and the peer that is measured.
[assembly: DisableRuntimeMarshalling]
