using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Random;

/// <summary>What is tested here: all that is available, and the portable widths even where they run as software.</summary>
internal static class Widths
{
    // Names, because a theory's data is public and the enum is not.
    public static TheoryData<string> Tested =>
        [.. InstructionSets.Available.Union([InstructionSet.Vector128]).Select(isa => isa.ToString())];

    public static InstructionSet Parse(string name) => Enum.Parse<InstructionSet>(name);
}
