using System.CommandLine;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ToolCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines as one would type them.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}
