namespace GrpoMonteCarlo.Random;

/// <summary>The instruction set asked for is unknown or not available in this process.</summary>
public sealed class InstructionSetException(string message) : Exception(message);
