# Stands in for Homebrew: evaluates the formula on stdin, prints what it says for each platform as JSON, and, when a
# program is named, runs the formula's own test with it.
require "json"
require "open3"
require "pathname"
require "tmpdir"

class Formula
  class << self
    attr_reader :facts, :test_block

    def reset(system, machine)
      @system = system
      @machine = machine
      @facts = {}
    end

    %i[desc homepage version license url sha256].each do |name|
      define_method(name) do |*values|
        return @facts[name] if values.empty?

        raise "#{name} twice" if @facts.key?(name)

        @facts[name] = values.first
      end
    end

    def on_macos = (yield if @system == :macos)
    def on_linux = (yield if @system == :linux)
    def on_arm = (yield if @machine == :arm)
    def on_intel = (yield if @machine == :intel)

    def test(&block)
      @test_block = block
    end

    def inherited(formula)
      super
      formula.reset(*$platform)
    end
  end

  # What is installed where, without doing so.
  class Place
    attr_reader :installed

    def initialize = @installed = []
    def install(what) = @installed << what
  end

  PLACES = %i[bin man1 bash_completion zsh_completion fish_completion doc].freeze
  PLACES.each { |name| define_method(name) { (@places ||= {})[name] ||= Place.new } }

  def installed
    install
    @places.transform_values(&:installed)
  end
end

# The part of Homebrew's test environment that the formula uses.
class Tester
  attr_reader :bin, :testpath, :version

  def initialize(bin, testpath, version)
    @bin = bin
    @testpath = Pathname.new(testpath)
    @version = version
  end

  def shell_output(command, expected = 0)
    output = `#{command}`
    raise "#{command}: exit #{$?.exitstatus}" unless $?.exitstatus == expected

    output
  end

  def pipe_output(command, input, expected)
    output, status = Open3.capture2(command, stdin_data: input)
    raise "#{command}: exit #{status.exitstatus}" unless status.exitstatus == expected

    output
  end

  def assert_match(wanted, text)
    raise "#{wanted.inspect} is not in #{text}" unless wanted.is_a?(String) ? text.include?(wanted) : text.match?(wanted)
  end
end

source = $stdin.read
platforms = [%i[macos arm], %i[macos intel], %i[linux arm], %i[linux intel]]
found = platforms.map do |platform|
  $platform = platform
  Object.send(:remove_const, :Mcpzip) if Object.const_defined?(:Mcpzip)
  eval(source)
  Mcpzip.facts.merge(platform: platform.join("-"))
end
folder, = ARGV
if folder
  Dir.mktmpdir do |testpath|
    Tester.new(folder, testpath, Mcpzip.version).instance_eval(&Mcpzip.test_block)
  end
end
puts JSON.generate({ platforms: found, installed: Mcpzip.new.installed })
