using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>The choice of an <see cref="IArmDraws"/>.</summary>
internal static class ArmDraws
{
    /// <summary>The implementation for an instruction set, which must be available. Vector128 has none: scalar serves it.</summary>
    public static IArmDraws For(InstructionSet isa) => isa switch
    {
        InstructionSet.Avx512 => new ArmDrawsAvx512(),
        InstructionSet.Avx2 => new ArmDrawsAvx2(),
        _ => new ArmDrawsScalar(),
    };
}
