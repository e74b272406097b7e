using System.CommandLine;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary><c>grpomc schema</c>: prints the JSON schema of experiment files, for editors to complete and check them.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new ToolCommand("schema", "Print the JSON schema of experiment files.", "grpomc schema > experiment.schema.json");
        command.SetAction(_ =>
        {
            using Stream schema = typeof(SchemaCommand).Assembly.GetManifestResourceStream("experiment.schema.json")!;
            using Stream output = Console.OpenStandardOutput();
            schema.CopyTo(output);
            return ExitCode.Done;
        });
        return command;
    }
}
